//! The names under which unfinished work is kept.

/// The name of a draft, fit for a file: what it is a draft of does not stand in it.
pub fn name(kind: &str, key: &str) -> String {
    // FNV-1a: the same in every version of the program.
    let hash = key
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{kind}-{hash:016x}")
}
