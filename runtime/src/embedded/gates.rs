//! Items of a pipeline inside another crate that stand behind features of the runtime: what they
//! name is there with the feature, and they are not without it. They are looked at here, since the
//! crate that has the items has no such features.

/// The items of a pipeline that writes files of columns where it runs on its broker.
#[cfg(feature = "arrow")]
#[doc(hidden)]
#[macro_export]
macro_rules! with_arrow {
    ($($items:item)*) => { $($items)* };
}

/// The same of a crate that cannot.
#[cfg(not(feature = "arrow"))]
#[doc(hidden)]
#[macro_export]
macro_rules! with_arrow {
    ($($items:item)*) => {};
}

/// The items of a pipeline that compresses files with gzip where it runs on its broker.
#[cfg(feature = "gzip")]
#[doc(hidden)]
#[macro_export]
macro_rules! with_gzip {
    ($($items:item)*) => { $($items)* };
}

/// The same of a crate that cannot.
#[cfg(not(feature = "gzip"))]
#[doc(hidden)]
#[macro_export]
macro_rules! with_gzip {
    ($($items:item)*) => {};
}

/// The items of a pipeline that compresses files with LZ4 where it runs on its broker.
#[cfg(feature = "lz4")]
#[doc(hidden)]
#[macro_export]
macro_rules! with_lz4 {
    ($($items:item)*) => { $($items)* };
}

/// The same of a crate that cannot.
#[cfg(not(feature = "lz4"))]
#[doc(hidden)]
#[macro_export]
macro_rules! with_lz4 {
    ($($items:item)*) => {};
}

/// The items of a pipeline that compresses files with Zstandard where it runs on its broker.
#[cfg(feature = "zstd")]
#[doc(hidden)]
#[macro_export]
macro_rules! with_zstd {
    ($($items:item)*) => { $($items)* };
}

/// The same of a crate that cannot.
#[cfg(not(feature = "zstd"))]
#[doc(hidden)]
#[macro_export]
macro_rules! with_zstd {
    ($($items:item)*) => {};
}
