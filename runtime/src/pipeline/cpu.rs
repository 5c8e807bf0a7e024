//! Whether this CPU has what the binary was compiled for.
//!
//! A binary built with `--target-cpu` uses that CPU's instructions anywhere, so the standard
//! library's feature detection is folded away in it, and on an older CPU the process would die of
//! an illegal instruction. Asking the CPU itself (CPUID: Intel SDM vol. 2A, AMD APM vol. 3
//! appendix E) is safe everywhere. What runs before and for the refusal moves nothing wider than
//! a register, so that none of it is compiled to the very instructions that may be missing: no
//! formatting, no collections.

use super::exit::Exit;
use std::io::Write as _;

/// Whether the binary can run here.
#[cfg(target_arch = "x86_64")]
pub fn is_sufficient() -> bool {
    x86::FEATURES.iter().all(x86::Feature::is_fine)
}

/// Whether the binary can run here: elsewhere nothing is known against it.
#[cfg(not(target_arch = "x86_64"))]
pub fn is_sufficient() -> bool {
    true
}

/// Says on standard error what is missing, and ends the process with 78.
#[cold]
#[inline(never)]
pub fn refuse() -> ! {
    const CODE: u8 = Exit::Configuration.code();
    say("error: this binary was compiled for another CPU; this one lacks:");
    #[cfg(target_arch = "x86_64")]
    for feature in x86::FEATURES {
        if !feature.is_fine() {
            say(" ");
            say(feature.name);
        }
    }
    say("\nbuild it without --target-cpu, or on this machine\n");
    std::process::exit(i32::from(CODE))
}

fn say(text: &str) {
    // standard error that is gone leaves nobody to tell
    let _ = std::io::stderr().write_all(text.as_bytes());
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::__cpuid_count;

    /// A feature and where CPUID tells of it.
    pub(super) struct Feature {
        pub(super) name: &'static str,
        compiled_in: bool,
        leaf: u32,
        sub_leaf: u32,
        register: Register,
        /// The feature's bit alone: a shift by a variable is an instruction of its own on newer
        /// CPUs.
        mask: u32,
    }

    #[derive(Clone, Copy)]
    enum Register {
        Eax,
        Ebx,
        Ecx,
    }

    impl Feature {
        /// Whether it is not needed, or there.
        pub(super) fn is_fine(&self) -> bool {
            !self.compiled_in || has(self)
        }
    }

    fn has(feature: &Feature) -> bool {
        let base = feature.leaf & 0x8000_0000;
        if __cpuid_count(base, 0).eax < feature.leaf {
            return false;
        }
        if feature.sub_leaf > 0 && __cpuid_count(feature.leaf, 0).eax < feature.sub_leaf {
            return false;
        }
        let answer = __cpuid_count(feature.leaf, feature.sub_leaf);
        let register = match feature.register {
            Register::Eax => answer.eax,
            Register::Ebx => answer.ebx,
            Register::Ecx => answer.ecx,
        };
        register & feature.mask != 0
    }

    macro_rules! features {
        ($($name:tt: $leaf:literal, $sub_leaf:literal, $register:ident, $bit:literal;)+) => {
            pub(super) const FEATURES: &[Feature] = &[$(Feature {
                name: $name,
                compiled_in: cfg!(target_feature = $name),
                leaf: $leaf,
                sub_leaf: $sub_leaf,
                register: Register::$register,
                mask: 1 << $bit,
            }),+];
        };
    }

    features! {
        "sse3": 1, 0, Ecx, 0;
        "pclmulqdq": 1, 0, Ecx, 1;
        "ssse3": 1, 0, Ecx, 9;
        "fma": 1, 0, Ecx, 12;
        "cmpxchg16b": 1, 0, Ecx, 13;
        "sse4.1": 1, 0, Ecx, 19;
        "sse4.2": 1, 0, Ecx, 20;
        "movbe": 1, 0, Ecx, 22;
        "popcnt": 1, 0, Ecx, 23;
        "aes": 1, 0, Ecx, 25;
        "avx": 1, 0, Ecx, 28;
        "f16c": 1, 0, Ecx, 29;
        "rdrand": 1, 0, Ecx, 30;
        "bmi1": 7, 0, Ebx, 3;
        "avx2": 7, 0, Ebx, 5;
        "bmi2": 7, 0, Ebx, 8;
        "avx512f": 7, 0, Ebx, 16;
        "avx512dq": 7, 0, Ebx, 17;
        "rdseed": 7, 0, Ebx, 18;
        "adx": 7, 0, Ebx, 19;
        "avx512ifma": 7, 0, Ebx, 21;
        "avx512cd": 7, 0, Ebx, 28;
        "sha": 7, 0, Ebx, 29;
        "avx512bw": 7, 0, Ebx, 30;
        "avx512vl": 7, 0, Ebx, 31;
        "avx512vbmi": 7, 0, Ecx, 1;
        "avx512vbmi2": 7, 0, Ecx, 6;
        "gfni": 7, 0, Ecx, 8;
        "vaes": 7, 0, Ecx, 9;
        "vpclmulqdq": 7, 0, Ecx, 10;
        "avx512vnni": 7, 0, Ecx, 11;
        "avx512bitalg": 7, 0, Ecx, 12;
        "avx512vpopcntdq": 7, 0, Ecx, 14;
        "avxvnni": 7, 1, Eax, 4;
        "avx512bf16": 7, 1, Eax, 5;
        "lzcnt": 0x8000_0001, 0, Ecx, 5;
        "sse4a": 0x8000_0001, 0, Ecx, 6;
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn cpuid_and_the_standard_library_agree() {
            let has_named = |name: &str| {
                FEATURES
                    .iter()
                    .find(|feature| feature.name == name)
                    .map(has)
            };
            assert_eq!(has_named("sse3"), Some(is_x86_feature_detected!("sse3")));
            assert_eq!(
                has_named("sse4.2"),
                Some(is_x86_feature_detected!("sse4.2"))
            );
            assert_eq!(
                has_named("popcnt"),
                Some(is_x86_feature_detected!("popcnt"))
            );
            assert_eq!(has_named("avx2"), Some(is_x86_feature_detected!("avx2")));
            assert_eq!(has_named("bmi2"), Some(is_x86_feature_detected!("bmi2")));
            assert_eq!(has_named("lzcnt"), Some(is_x86_feature_detected!("lzcnt")));
            assert_eq!(has_named("sha"), Some(is_x86_feature_detected!("sha")));
            assert_eq!(has_named("gfni"), Some(is_x86_feature_detected!("gfni")));
            assert_eq!(
                has_named("avx512vl"),
                Some(is_x86_feature_detected!("avx512vl"))
            );
            assert_eq!(
                has_named("avx512bf16"),
                Some(is_x86_feature_detected!("avx512bf16"))
            );
        }
    }
}
