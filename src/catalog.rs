//! Services, actions, condition keys and AWS managed policies, decoded lazily from assets.

pub mod managed;
