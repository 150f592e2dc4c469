//! What shows through of the Java that the services are written in: names of members and the order of maps.

/// A member's name as the service's own language writes it: `UserName` is `userName`, `SAMLAssertion` `sAMLAssertion`.
pub fn camel(name: &str) -> String {
    let mut rest = name.chars();
    rest.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(rest).collect()
}

/// The places of members in the order in which a service checks them: that of a `HashMap` over their Java names.
///
/// Recorded answers of several services list violations in this order, and only if the map holds all members of
/// the structure, whether they are at fault or not. Members that share a bucket keep their order.
pub(super) fn checked<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> Vec<usize> {
    // A map grows beyond sixteen buckets by doubling, whenever more than three quarters would be taken.
    let buckets = (names.len() * 4).div_ceil(3).next_power_of_two().max(16);
    let mut places: Vec<(usize, usize)> =
        names.enumerate().map(|(at, name)| (hash(&camel(name)) as usize & (buckets - 1), at)).collect();
    places.sort_unstable();
    places.into_iter().map(|(_, at)| at).collect()
}

/// `String.hashCode`, with its upper half mixed into the lower one as `HashMap` does.
fn hash(name: &str) -> u32 {
    let code = name.encode_utf16().fold(0u32, |code, unit| code.wrapping_mul(31).wrapping_add(unit.into()));
    code ^ (code >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(members: &[&str], at_fault: &[&str]) {
        let order = checked(members.iter().copied());
        let told: Vec<&str> = order.iter().map(|&at| members[at]).filter(|name| at_fault.contains(name)).collect();
        assert_eq!(told, at_fault);
    }

    #[test]
    fn names_begin_with_a_small_letter() {
        assert_eq!(camel("UserName"), "userName");
        assert_eq!(camel("SAMLMetadataDocument"), "sAMLMetadataDocument");
        assert_eq!(camel(""), "");
    }

    #[test]
    fn the_order_is_that_of_recorded_answers() {
        // A tag of which both are too long.
        check(&["Key", "Value"], &["Value", "Key"]);
        // `UpdateItem` of DynamoDB, whose map has thirty-two buckets: with sixteen it would be another order.
        check(
            &[
                "TableName",
                "Key",
                "AttributeUpdates",
                "Expected",
                "ConditionalOperator",
                "ReturnValues",
                "ReturnConsumedCapacity",
                "ReturnItemCollectionMetrics",
                "UpdateExpression",
                "ConditionExpression",
                "ExpressionAttributeNames",
                "ExpressionAttributeValues",
                "ReturnValuesOnConditionCheckFailure",
            ],
            &["ReturnConsumedCapacity", "TableName", "ReturnValues", "Key"],
        );
        // `CreateArchive` of EventBridge.
        check(
            &["ArchiveName", "EventSourceArn", "Description", "EventPattern", "RetentionDays", "KmsKeyIdentifier"],
            &["RetentionDays", "Description", "EventPattern"],
        );
        // `PutRecords` of Kinesis, and the throughput of a table of DynamoDB.
        check(&["StreamName", "Records"], &["Records", "StreamName"]);
        check(&["ReadCapacityUnits", "WriteCapacityUnits"], &["WriteCapacityUnits", "ReadCapacityUnits"]);
    }
}
