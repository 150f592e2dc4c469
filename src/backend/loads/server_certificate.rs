//! Server certificates.

use super::{garbled, missing};
use crate::api::{Iam, Operation};
use crate::backend::convert;
use crate::backend::run::Run;
use crate::model::{Fact, LoadError, ServerCertificateFacts, ServerCertificateName, Source, Update};

list!(
    list,
    Iam::ListServerCertificates,
    list_server_certificates,
    server_certificate_metadata_list,
    ServerCertificates,
    |row, _| convert::server_certificate(row)
);

pub(super) async fn one(run: &Run, name: &ServerCertificateName) -> Result<(), LoadError> {
    const OPERATION: Operation = Operation::Iam(Iam::GetServerCertificate);
    let call = || run.clients.iam.get_server_certificate().server_certificate_name(name.as_str()).send();
    let output = run.call(OPERATION, call).await?;
    let held = output.server_certificate().ok_or_else(|| missing(OPERATION))?;
    let about = held.server_certificate_metadata().ok_or_else(|| missing(OPERATION))?;
    let seen = run.seen(Source::Detail);
    let mut certificate = convert::server_certificate(about).map_err(|error| garbled(OPERATION, error))?;
    certificate.facts = ServerCertificateFacts {
        body: Fact::Known(held.certificate_body().into(), seen),
        chain: Fact::reported(held.certificate_chain().map(Into::into), seen),
        tags: Fact::Known(convert::tags(held.tags()), seen),
    };
    run.read(Update::ServerCertificate(Box::new(certificate)));
    Ok(())
}
