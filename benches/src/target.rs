//! How this binary was built.

/// What to know of the build before one believes its numbers.
pub fn description() -> String {
    let optimised = option_env!("LAMINAR_BENCHES_LTO")
        .unwrap_or("not asked for: sonic-rs may take twice as long (see README.md)");
    format!(
        "target features: {}; link-time optimisation: {optimised}",
        features()
    )
}

/// The target features that the binary was built with, those that matter to decoders.
fn features() -> String {
    let features = [
        ("sse4.2", cfg!(target_feature = "sse4.2")),
        ("avx2", cfg!(target_feature = "avx2")),
        ("bmi2", cfg!(target_feature = "bmi2")),
        ("pclmulqdq", cfg!(target_feature = "pclmulqdq")),
        ("avx512bw", cfg!(target_feature = "avx512bw")),
        ("avx512vbmi2", cfg!(target_feature = "avx512vbmi2")),
        ("neon", cfg!(target_feature = "neon")),
    ];
    let names: Vec<_> = features
        .iter()
        .filter_map(|(name, is_there)| is_there.then_some(*name))
        .collect();
    if names.is_empty() {
        "none beyond the target's own".to_owned()
    } else {
        names.join(" ")
    }
}
