//! A stable hash: XXH64 with seed 0, the same for ever and in any language.

const PRIMES: [u64; 5] = [
    0x9e37_79b1_85eb_ca87,
    0xc2b2_ae3d_27d4_eb4f,
    0x1656_67b1_9e37_79f9,
    0x85eb_ca77_c2b2_ae63,
    0x27d4_eb2f_1656_67c5,
];

/// `hash64(text)`
pub fn hash64(text: &str) -> i64 {
    hash64_of_bytes(text.as_bytes())
}

/// `hash64(bytes)`
pub fn hash64_of_bytes(bytes: &[u8]) -> i64 {
    let (stripes, rest) = bytes.as_chunks::<32>();
    let mut hash = if stripes.is_empty() {
        PRIMES[4]
    } else {
        of_stripes(stripes)
    };
    hash = hash.wrapping_add(bytes.len() as u64);
    let (words, rest) = rest.as_chunks::<8>();
    for word in words {
        let mixed = hash ^ round(0, u64::from_le_bytes(*word));
        hash = step(mixed, 27, PRIMES[0], PRIMES[3]);
    }
    let (halves, rest) = rest.as_chunks::<4>();
    for half in halves {
        let mixed = hash ^ u64::from(u32::from_le_bytes(*half)).wrapping_mul(PRIMES[0]);
        hash = step(mixed, 23, PRIMES[1], PRIMES[2]);
    }
    for byte in rest {
        let mixed = hash ^ u64::from(*byte).wrapping_mul(PRIMES[4]);
        hash = step(mixed, 11, PRIMES[0], 0);
    }
    hash = (hash ^ hash >> 33).wrapping_mul(PRIMES[1]);
    hash = (hash ^ hash >> 29).wrapping_mul(PRIMES[2]);
    (hash ^ hash >> 32).cast_signed()
}

fn step(hash: u64, by: u32, factor: u64, summand: u64) -> u64 {
    hash.rotate_left(by)
        .wrapping_mul(factor)
        .wrapping_add(summand)
}

fn round(lane: u64, word: u64) -> u64 {
    let sum = lane.wrapping_add(word.wrapping_mul(PRIMES[1]));
    sum.rotate_left(31).wrapping_mul(PRIMES[0])
}

fn of_stripes(stripes: &[[u8; 32]]) -> u64 {
    let mut lanes = [
        PRIMES[0].wrapping_add(PRIMES[1]),
        PRIMES[1],
        0,
        PRIMES[0].wrapping_neg(),
    ];
    for stripe in stripes {
        for (lane, word) in lanes.iter_mut().zip(stripe.as_chunks::<8>().0) {
            *lane = round(*lane, u64::from_le_bytes(*word));
        }
    }
    let turned = lanes.iter().zip([1, 7, 12, 18]);
    let sum = turned.fold(0_u64, |sum, (lane, by)| {
        sum.wrapping_add(lane.rotate_left(by))
    });
    lanes.iter().fold(sum, |hash, lane| {
        step(hash ^ round(0, *lane), 0, PRIMES[0], PRIMES[3])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the reference implementation.
    #[test]
    fn hashes() {
        for (text, hash) in [
            ("", 0xef46_db37_51d8_e999_u64),
            ("a", 0xd24e_c4f1_a98c_6e5b),
            ("abc", 0x44bc_2cf5_ad77_0999),
            (
                "Nobody inspects the spammish repetition",
                0xfbce_a83c_8a37_8bf1,
            ),
        ] {
            assert_eq!(hash64(text), hash.cast_signed(), "{text}");
        }
    }
}
