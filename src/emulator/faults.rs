//! Errors on demand, so that what a client does about them can be tried out.

use std::str::FromStr;
use std::sync::Mutex;
use std::sync::PoisonError;

use super::failure::Failure;
use crate::api::{
    AccessAnalyzer, CloudTrail, IamToolbox, Operation, OperationModel, Organizations, Service, ServiceError, Signin,
    Tagging, model,
};

/// An operation that fails, always or now and then.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The operation; none for every one.
    operation: Option<Operation>,
    code: &'static str,
    status: u16,
    /// Of a thousand calls so many fail.
    rate: u32,
}

/// A fault that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoFault {
    /// It has not the form.
    #[error("`{0}` is no `OPERATION=ERROR[:RATE]`")]
    Form(String),
    /// There is no such operation.
    #[error("there is no operation `{0}`")]
    Operation(String),
    /// The operation does not fail in this way.
    #[error("`{0}` is no error of {1}")]
    Error(String, String),
    /// The rate is none.
    #[error("`{0}` is no rate: it is a number above 0 and up to 1, such as 0.25")]
    Rate(String),
}

/// The operation of a name, with its service before it or without.
fn named(text: &str) -> Option<Operation> {
    let (service, name) = text.split_once(':').map_or((None, text), |(service, name)| (Some(service), name));
    let all = [
        Operation::named(Service::Iam, name),
        Operation::named(Service::Sts, name),
        Organizations::named(name).map(Operation::Organizations),
        Tagging::named(name).map(Operation::Tagging),
        AccessAnalyzer::named(name).map(Operation::AccessAnalyzer),
        CloudTrail::named(name).map(Operation::CloudTrail),
        Signin::named(name).map(Operation::Signin),
        IamToolbox::named(name).map(Operation::IamToolbox),
    ];
    all.into_iter().flatten().find(|operation| service.is_none_or(|service| operation.prefix() == service))
}

impl FromStr for Fault {
    type Err = NoFault;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (asked, rest) = text.split_once('=').ok_or_else(|| NoFault::Form(text.to_owned()))?;
        let operation = match asked {
            "*" => None,
            name => Some(named(name).ok_or_else(|| NoFault::Operation(name.to_owned()))?),
        };
        let (code, rate) = rest.split_once(':').map_or((rest, None), |(code, rate)| (code, Some(rate)));
        let own = operation.and_then(Operation::model).into_iter().flat_map(OperationModel::errors);
        let fits = |error: &&ServiceError| error.code == code;
        let known = own.chain(model().common_errors()).chain(model().all_errors().filter(|_| operation.is_none()));
        let known = known.into_iter().find(fits).map(|error| (error.code.as_str(), error.status));
        let unknown = || NoFault::Error(code.to_owned(), asked.to_owned());
        let (code, status) = known.ok_or_else(unknown)?;
        let wrong = || NoFault::Rate(rate.unwrap_or_default().to_owned());
        let share = rate.map_or(Ok(1.0), |rate| rate.parse::<f64>().map_err(|_| wrong()))?;
        if !(share > 0.0 && share <= 1.0) {
            return Err(wrong());
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to 1,000")]
        let rate = (share * 1_000.0).round().max(1.0) as u32;
        Ok(Self { operation, code, status, rate })
    }
}

/// All faults, with what each has come to.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Vec<(Fault, u32)>>);

impl Faults {
    /// Faults of which none has happened yet.
    pub fn new(faults: Vec<Fault>) -> Self {
        Self(Mutex::new(faults.into_iter().map(|fault| (fault, 0)).collect()))
    }

    /// Lets a call through or fails it. What fails is spread evenly over the calls, the same in every run.
    pub fn pass(&self, operation: Operation) -> Result<(), Failure> {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (fault, due) in faults.iter_mut().filter(|(fault, _)| fault.operation.is_none_or(|own| own == operation)) {
            *due += fault.rate;
            if *due >= 1_000 {
                *due -= 1_000;
                let told = format!("The emulator was asked to fail {operation} with {}.", fault.code);
                return Err(Failure::new(fault.code, fault.status, told));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{Iam, Sts};

    #[test]
    fn a_fault_is_read_or_refused_by_name() {
        let fault: Fault = "iam:CreateUser=ServiceFailure:0.5".parse().unwrap();
        assert_eq!((fault.operation, fault.code, fault.status), (Some(Iam::CreateUser.into()), "ServiceFailure", 500));
        assert_eq!("*=Throttling".parse::<Fault>().unwrap().operation, None);
        assert_eq!("AssumeRole=RegionDisabledException".parse::<Fault>().unwrap().status, 403);
        for (text, told) in [
            ("CreateUser", "`CreateUser` is no `OPERATION=ERROR[:RATE]`"),
            ("DoMagic=Throttling", "there is no operation `DoMagic`"),
            ("sts:CreateUser=Throttling", "there is no operation `sts:CreateUser`"),
            ("CreateUser=Magic", "`Magic` is no error of CreateUser"),
            ("CreateUser=Throttling:2", "`2` is no rate: it is a number above 0 and up to 1, such as 0.25"),
        ] {
            assert_eq!(text.parse::<Fault>().unwrap_err().to_string(), told);
        }
    }

    #[test]
    fn a_share_of_the_calls_fails_and_no_call_of_another_operation() {
        let faults = Faults::new(vec!["AssumeRole=Throttling:0.25".parse().unwrap()]);
        let failed = |operation: Operation| (0..8).filter(|_| faults.pass(operation).is_err()).count();
        assert_eq!((failed(Sts::AssumeRole.into()), failed(Iam::GetUser.into())), (2, 0));
    }
}
