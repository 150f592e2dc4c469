//! New RSA keys of 2,048 bits: `ring` signs with them but does not make them.
//!
//! Sources: RFC 8017 (keys, their encoding), FIPS 186-5 appendix A.1.3 (probable primes). Keys that are made here sign
//! tokens of an emulator; the arithmetic takes no care to hide its steps from who could measure them.

use pkcs1::RsaPrivateKey;
use pkcs1::der::Encode as _;
use pkcs1::der::asn1::UintRef;

const EXPONENT: u64 = 65_537;
/// 64-bit words of a prime.
const WORDS: usize = 16;
/// Rounds of the test of Miller and Rabin; for random numbers of this size far fewer would do.
const ROUNDS: usize = 8;

/// A number, least word first, without leading zeros.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Number(Vec<u64>);

impl Number {
    fn trimmed(mut words: Vec<u64>) -> Self {
        while words.last() == Some(&0) {
            words.pop();
        }
        Self(words)
    }

    fn is_less(&self, other: &Self) -> bool {
        (self.0.len(), self.0.iter().rev().collect::<Vec<_>>()) < (other.0.len(), other.0.iter().rev().collect())
    }

    fn minus_small(&self, small: u64) -> Self {
        self.minus(&Self(vec![small]))
    }

    /// The difference; `other` is not greater.
    fn minus(&self, other: &Self) -> Self {
        let mut borrow = 0i128;
        let words = self.0.iter().enumerate().map(|(at, word)| {
            let difference = i128::from(*word) - i128::from(other.0.get(at).copied().unwrap_or(0)) + borrow;
            borrow = difference >> 64;
            low(difference.cast_unsigned())
        });
        Self::trimmed(words.collect())
    }

    fn times(&self, other: &Self) -> Self {
        let mut words = vec![0u64; self.0.len() + other.0.len()];
        for (at, one) in self.0.iter().enumerate() {
            let mut carry = 0u128;
            for (other_at, two) in other.0.iter().chain(std::iter::once(&0)).enumerate() {
                let Some(word) = words.get_mut(at + other_at) else { break };
                let sum = u128::from(*word) + u128::from(*one) * u128::from(*two) + carry;
                (*word, carry) = (low(sum), sum >> 64);
            }
        }
        Self::trimmed(words)
    }

    /// `self × factor + 1`
    fn times_small_plus_one(&self, factor: u64) -> Self {
        let mut carry = 1u128;
        let mut words: Vec<u64> = Vec::with_capacity(self.0.len() + 1);
        for word in self.0.iter().chain(std::iter::once(&0)) {
            // INVARIANT: factors have 17 bits, so nothing overflows.
            let sum = u128::from(*word) * u128::from(factor) + carry;
            words.push(low(sum));
            carry = sum >> 64;
        }
        Self::trimmed(words)
    }

    /// The quotient and the remainder of a division by one word.
    fn divided(&self, divisor: u64) -> (Self, u64) {
        let mut rest = 0u128;
        let divisor = u128::from(divisor);
        let mut words: Vec<u64> = self
            .0
            .iter()
            .rev()
            .map(|word| {
                let whole = rest << 64 | u128::from(*word);
                rest = whole % divisor;
                low(whole / divisor)
            })
            .collect();
        words.reverse();
        (Self::trimmed(words), low(rest))
    }

    fn bits(&self) -> usize {
        let top = self.0.last().map_or(0, |word| 64 - word.leading_zeros() as usize);
        self.0.len().saturating_sub(1) * 64 + top
    }

    fn bit(&self, at: usize) -> bool {
        self.0.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    fn bytes(&self) -> Vec<u8> {
        let bytes: Vec<u8> = self.0.iter().rev().flat_map(|word| word.to_be_bytes()).collect();
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        bytes.into_iter().skip(zeros).collect()
    }
}

/// The lower half of a word.
#[allow(clippy::cast_possible_truncation, reason = "the lower half is what is wanted")]
const fn low(word: u128) -> u64 {
    word as u64
}

/// Multiplication modulo an odd number, after Montgomery.
struct Modulus<'a> {
    words: &'a [u64],
    /// The negative inverse of the lowest word.
    inverse: u64,
    /// `R² mod n`, which takes numbers into the form that is multiplied.
    square: Vec<u64>,
}

impl<'a> Modulus<'a> {
    fn new(modulus: &'a Number) -> Self {
        let lowest = modulus.0.first().copied().unwrap_or(1);
        // Each step of Newton's doubles the bits that are right.
        let inverse = (0..5).fold(lowest, |guess, _| guess.wrapping_mul(2u64.wrapping_sub(lowest.wrapping_mul(guess))));
        let mut modulus = Self { words: &modulus.0, inverse: inverse.wrapping_neg(), square: Vec::new() };
        let mut one = vec![0; modulus.words.len()];
        one[0] = 1;
        for _ in 0..modulus.words.len() * 128 {
            modulus.double(&mut one);
        }
        modulus.square = one;
        modulus
    }

    fn double(&self, words: &mut [u64]) {
        let mut carry = 0;
        for word in words.iter_mut() {
            (*word, carry) = (*word << 1 | carry, *word >> 63);
        }
        self.reduce(words, carry);
    }

    /// Takes the modulus off once, where the number is not smaller.
    fn reduce(&self, words: &mut [u64], carry: u64) {
        if carry == 0 && words.iter().rev().lt(self.words.iter().rev()) {
            return;
        }
        let mut borrow = 0i128;
        for (word, own) in words.iter_mut().zip(self.words) {
            let difference = i128::from(*word) - i128::from(*own) + borrow;
            (*word, borrow) = (low(difference.cast_unsigned()), difference >> 64);
        }
    }

    fn multiply(&self, one: &[u64], two: &[u64]) -> Vec<u64> {
        let length = self.words.len();
        let mut sum = vec![0u64; length + 2];
        for word in one {
            add(&mut sum, two, *word);
            let factor = sum[0].wrapping_mul(self.inverse);
            add(&mut sum, self.words, factor);
            sum.rotate_left(1);
            sum[length + 1] = 0;
        }
        let carry = sum[length];
        sum.truncate(length);
        self.reduce(&mut sum, carry);
        sum
    }

    /// `base ^ exponent`
    fn power(&self, base: &Number, exponent: &Number) -> Number {
        let length = self.words.len();
        let mut padded = base.0.clone();
        padded.resize(length, 0);
        let base = self.multiply(&padded, &self.square);
        let mut one = vec![0; length];
        one[0] = 1;
        let mut result = self.multiply(&one, &self.square);
        for at in (0..exponent.bits()).rev() {
            result = self.multiply(&result, &result);
            if exponent.bit(at) {
                result = self.multiply(&result, &base);
            }
        }
        Number::trimmed(self.multiply(&result, &one))
    }
}

/// Adds `words × factor`, which does not overflow the sum.
fn add(sum: &mut [u64], words: &[u64], factor: u64) {
    let mut carry = 0u128;
    for (at, place) in sum.iter_mut().enumerate() {
        let word = words.get(at).copied().unwrap_or(0);
        let whole = u128::from(*place) + u128::from(word) * u128::from(factor) + carry;
        (*place, carry) = (low(whole), whole >> 64);
        if at >= words.len() && carry == 0 {
            break;
        }
    }
}

/// A new key as `RSAPrivateKey`. The source fills a buffer with random bytes.
pub fn generate(random: impl Fn(&mut [u8])) -> Vec<u8> {
    let small = small_primes();
    let (mut p, mut q) = (prime(&random, &small), prime(&random, &small));
    while p == q {
        q = prime(&random, &small);
    }
    // The inverse of the second prime is kept, so it is the smaller one.
    if p.is_less(&q) {
        std::mem::swap(&mut p, &mut q);
    }
    let (before_p, before_q) = (p.minus_small(1), q.minus_small(1));
    let coefficient = Modulus::new(&p).power(&q, &p.minus_small(2));
    let numbers = [
        p.times(&q),
        Number(vec![EXPONENT]),
        inverse_of_exponent(&before_p.times(&before_q)),
        p.clone(),
        q.clone(),
        inverse_of_exponent(&before_p),
        inverse_of_exponent(&before_q),
        coefficient,
    ];
    // INVARIANT: eight numbers of the length of a key are its encoding's.
    encoded(&numbers.map(|number| number.bytes())).unwrap_or_default()
}

fn encoded(numbers: &[Vec<u8>; 8]) -> pkcs1::der::Result<Vec<u8>> {
    let [modulus, public_exponent, private_exponent, prime1, prime2, exponent1, exponent2, coefficient] =
        numbers.each_ref().map(|bytes| UintRef::new(bytes));
    RsaPrivateKey {
        modulus: modulus?,
        public_exponent: public_exponent?,
        private_exponent: private_exponent?,
        prime1: prime1?,
        prime2: prime2?,
        exponent1: exponent1?,
        exponent2: exponent2?,
        coefficient: coefficient?,
        other_prime_infos: None,
    }
    .to_der()
}

/// The inverse of the public exponent: `(1 + k × modulus) / e` for the `k` that leaves no remainder.
fn inverse_of_exponent(modulus: &Number) -> Number {
    let (_, rest) = modulus.divided(EXPONENT);
    // The exponent is a prime, so the inverse of the remainder is a power of it.
    let inverse = (0..EXPONENT - 2).fold(1, |power, _| power * rest % EXPONENT);
    modulus.times_small_plus_one(EXPONENT - inverse).divided(EXPONENT).0
}

fn small_primes() -> Vec<u64> {
    (3..2_000u64)
        .step_by(2)
        .filter(|number| (3..*number).take_while(|d| d * d <= *number).all(|d| number % d > 0))
        .collect()
}

/// A random prime of 1,024 bits whose two highest are set, and which suits the exponent.
fn prime(random: &impl Fn(&mut [u8]), small: &[u64]) -> Number {
    loop {
        let mut candidate = number(random);
        candidate.0[0] |= 1;
        candidate.0[WORDS - 1] |= 0xc000_0000_0000_0000;
        let divides = |divisor: &u64| candidate.divided(*divisor).1 == 0;
        if small.iter().any(divides) || candidate.minus_small(1).divided(EXPONENT).1 == 0 {
            continue;
        }
        if is_prime(&candidate, random) {
            return candidate;
        }
    }
}

fn number(random: &impl Fn(&mut [u8])) -> Number {
    let mut bytes = [0u8; WORDS * 8];
    random(&mut bytes);
    let words = bytes.chunks_exact(8).map(|word| word.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)));
    Number(words.collect())
}

/// Whether an odd number of 1,024 bits is a prime, after Miller and Rabin.
fn is_prime(candidate: &Number, random: &impl Fn(&mut [u8])) -> bool {
    let modulus = Modulus::new(candidate);
    let before = candidate.minus_small(1);
    let twos = (0..before.bits()).take_while(|at| !before.bit(*at)).count();
    let odd = (0..twos).fold(before.clone(), |number, _| number.divided(2).0);
    (0..ROUNDS).all(|_| {
        // Half as long as the candidate, a base is smaller than it.
        let base = Number::trimmed(number(random).0.into_iter().take(WORDS / 2).collect());
        let mut power = modulus.power(&base, &odd);
        if power == Number(vec![1]) || power == before {
            return true;
        }
        (1..twos).any(|_| {
            power = modulus.power(&power, &Number(vec![2]));
            power == before
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emulator::ids::Ids;

    #[test]
    fn numbers_are_counted_with() {
        let number = |value: u128| Number::trimmed(vec![low(value), low(value >> 64)]);
        let (one, two) = (0xffff_ffff_ffff_fff1_u128, 0x1_0000_0001_u128);
        assert_eq!(number(one).times(&number(two)), number(one * two));
        assert_eq!(number(one).minus(&number(two)), number(one - two));
        assert_eq!(number(one).divided(65_537), (number(one / 65_537), u64::try_from(one % 65_537).unwrap()));
        assert!(number(two).is_less(&number(one)) && !number(one).is_less(&number(one)));
        let modulus = number(one);
        let expected = (0..40).fold(1u128, |power, _| power * 12_345_678_901 % one);
        assert_eq!(Modulus::new(&modulus).power(&number(12_345_678_901), &number(40)), number(expected));
        assert_eq!(inverse_of_exponent(&number(3_120_000)).times(&number(65_537)).divided(3_120_000).1, 1);
    }

    #[test]
    fn ring_signs_with_a_key_that_was_made_here() {
        let ids = Ids::seeded(1);
        let key = ring::rsa::KeyPair::from_der(&generate(|buffer| ids.fill(buffer))).unwrap();
        assert_eq!(key.public().modulus_len(), 256);
    }
}
