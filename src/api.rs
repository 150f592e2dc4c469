//! The service model of IAM and STS as data: operations, parameters, constraints, error codes, access levels.
//!
//! One asset (`assets/service-model.zst`, made by `assets/make_service_model.py`) is the only source of what an
//! operation takes and gives. The emulator reads requests, checks them and writes answers with it; forms take their
//! limits from it; the read-only gate takes the access level from it; plans take the names of command line options.
//! Nothing here is written by hand per operation.
//!
//! Inputs and outputs of operations are [`serde_json::Value`] objects everywhere, with members named as AWS names
//! them (`UserName`). Timestamps are RFC 3339 strings and blobs are base64 strings.

mod change;
mod cli_name;
mod limits;
mod model;
mod operation;
mod routes;
mod validate;

pub use change::{Change, ChangeKind, ChangeTarget};
pub use cli_name::cli_name;
pub use limits::Limits;
pub use model::{
    Access, Kind, List, Made, Map, Member, Model, OperationModel, Paging, Pattern, Service, ServiceError, Shape,
    ShapeId, Structure, Text, model,
};
pub use operation::{
    AccessAnalyzer, CloudTrail, Iam, IamToolbox, Operation, Organizations, Signin, SsoOidc, Sts, Tagging,
};
pub use routes::{ROUTES, Route};
pub use validate::{Violations, validate};
