//! Reading the asset: compressed JSON, written by `assets/make_service_model.py`.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::sync::OnceLock;

use serde::Deserialize;

use super::{
    Access, Kind, List, Made, Map, Member, Model, OperationModel, Paging, Pattern, Service, ServiceError, ServiceFacts,
    Shape, ShapeId, Structure, Text, java,
};

static ASSET: &[u8] = include_bytes!("../../../assets/service-model.zst");

#[derive(Deserialize, Default)]
struct RawModel {
    made: RawMade,
    services: Vec<RawService>,
    common: Vec<(String, u16)>,
    patterns: Vec<RawPattern>,
    errors: Vec<(String, u16)>,
    shapes: Vec<RawShape>,
    operations: Vec<RawOperation>,
}

#[derive(Deserialize, Default)]
struct RawMade {
    date: String,
    botocore: String,
    sdk: BTreeMap<String, RawSdk>,
}

#[derive(Deserialize)]
struct RawSdk {
    version: String,
    operations: Vec<String>,
}

#[derive(Deserialize)]
struct RawService {
    version: String,
    namespace: String,
}

#[derive(Deserialize)]
struct RawPattern {
    text: String,
    regex: Option<String>,
    forbidden: Option<String>,
}

#[derive(Deserialize)]
struct RawShape {
    name: String,
    r#type: RawType,
    #[serde(default)]
    members: Vec<(String, u32, u8)>,
    #[serde(default)]
    member: u32,
    #[serde(default)]
    key: u32,
    #[serde(default)]
    value: u32,
    min: Option<i64>,
    max: Option<i64>,
    pattern: Option<u32>,
    #[serde(default, rename = "enum")]
    choices: Vec<String>,
    #[serde(default)]
    sensitive: bool,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum RawType {
    Structure,
    List,
    Map,
    String,
    Integer,
    Boolean,
    Timestamp,
    Blob,
}

#[derive(Deserialize)]
struct RawOperation {
    name: String,
    service: usize,
    access: RawAccess,
    input: Option<u32>,
    output: Option<u32>,
    wrapper: Option<String>,
    errors: Vec<u32>,
    #[serde(default)]
    anonymous: bool,
    paging: Option<RawPaging>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum RawAccess {
    List,
    Read,
    Write,
    Permissions,
    Tagging,
}

#[derive(Deserialize)]
struct RawPaging {
    marker: String,
    next: String,
    limit: String,
    more: String,
    lists: Vec<String>,
}

/// Decodes the asset.
///
/// It is part of the program and a test reads it, so a broken one cannot be met: it would decode to a model without
/// operations.
pub(super) fn decode() -> Model {
    let mut text = Vec::new();
    let readable =
        ruzstd::decoding::StreamingDecoder::new(ASSET).is_ok_and(|mut decoder| decoder.read_to_end(&mut text).is_ok());
    let raw: RawModel = if readable { serde_json::from_slice(&text).unwrap_or_default() } else { RawModel::default() };
    let shapes: Vec<Shape> = raw.shapes.into_iter().map(shape).collect();
    let operations: Vec<OperationModel> = raw.operations.into_iter().map(operation).collect();
    let by_name: HashMap<String, usize> = operations.iter().enumerate().map(|(at, o)| (o.name.clone(), at)).collect();
    Model {
        made: Made {
            date: raw.made.date,
            botocore: raw.made.botocore,
            sdk: raw.made.sdk.into_iter().map(|(name, sdk)| (name, (sdk.version, sdk.operations))).collect(),
        },
        services: raw
            .services
            .into_iter()
            .map(|service| ServiceFacts { version: service.version, namespace: service.namespace })
            .collect(),
        shapes,
        patterns: raw.patterns.into_iter().map(pattern).collect(),
        errors: raw.errors.into_iter().map(service_error).collect(),
        common: raw.common.into_iter().map(service_error).collect(),
        operations,
        by_name,
    }
}

fn service_error((code, status): (String, u16)) -> ServiceError {
    ServiceError { code, status }
}

fn pattern(raw: RawPattern) -> Pattern {
    Pattern { text: raw.text, regex: raw.regex, forbidden: raw.forbidden, compiled: OnceLock::new() }
}

fn shape(raw: RawShape) -> Shape {
    let length = |bound: Option<i64>| bound.and_then(|bound| u64::try_from(bound).ok());
    let kind = match raw.r#type {
        RawType::Structure => Kind::Structure(Structure {
            checked: java::checked(raw.members.iter().map(|(name, _, _)| name.as_str())),
            members: raw
                .members
                .into_iter()
                .map(|(name, shape, required)| Member { name, shape: ShapeId(shape), required: required == 1 })
                .collect(),
        }),
        RawType::List => Kind::List(List { element: ShapeId(raw.member), min: length(raw.min), max: length(raw.max) }),
        RawType::Map => Kind::Map(Map { key: ShapeId(raw.key), value: ShapeId(raw.value), max: length(raw.max) }),
        RawType::String => {
            Kind::Text(Text { min: length(raw.min), max: length(raw.max), pattern: raw.pattern, choices: raw.choices })
        }
        RawType::Integer => Kind::Integer { min: raw.min, max: raw.max },
        RawType::Boolean => Kind::Boolean,
        RawType::Timestamp => Kind::Timestamp,
        RawType::Blob => Kind::Blob,
    };
    Shape { name: raw.name, kind, sensitive: raw.sensitive }
}

fn operation(raw: RawOperation) -> OperationModel {
    OperationModel {
        name: raw.name,
        service: Service::ALL.get(raw.service).copied().unwrap_or(Service::Iam),
        access: match raw.access {
            RawAccess::List => Access::List,
            RawAccess::Read => Access::Read,
            RawAccess::Write => Access::Write,
            RawAccess::Permissions => Access::Permissions,
            RawAccess::Tagging => Access::Tagging,
        },
        anonymous: raw.anonymous,
        paging: raw.paging.map(|raw| Paging {
            marker: raw.marker,
            next: raw.next,
            limit: raw.limit,
            more: raw.more,
            lists: raw.lists,
        }),
        wrapper: raw.wrapper,
        input: raw.input.map(ShapeId),
        output: raw.output.map(ShapeId),
        errors: raw.errors,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn the_asset_decodes_and_every_id_points_into_the_arena() {
        let model = decode();
        assert_eq!(model.operations.len(), 193);
        let fits = |id: ShapeId| (id.0 as usize) < model.shapes.len();
        for shape in &model.shapes {
            let inside = match &shape.kind {
                Kind::Structure(structure) => structure.members.iter().all(|member| fits(member.shape)),
                Kind::List(list) => fits(list.element),
                Kind::Map(map) => fits(map.key) && fits(map.value),
                Kind::Text(text) => text.pattern.is_none_or(|at| (at as usize) < model.patterns.len()),
                _ => true,
            };
            assert!(inside, "{}", shape.name);
        }
        for operation in &model.operations {
            assert!(operation.input.is_none_or(fits) && operation.output.is_none_or(fits), "{}", operation.name);
            assert!(operation.errors.iter().all(|&at| (at as usize) < model.errors.len()), "{}", operation.name);
        }
    }

    #[test]
    fn decoding_is_quick() {
        let start = Instant::now();
        decode();
        let took = start.elapsed();
        eprintln!("service model decoded in {took:?}");
        // A debug build on a busy machine; a release build takes under 5 ms.
        assert!(took.as_millis() < 2_000, "{took:?}");
    }
}
