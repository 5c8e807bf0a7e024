//! How an executable of Linux is linked, which decides what must be around it in a container.

/// How a binary is linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linkage {
    /// It needs nothing.
    Static,
    /// It needs glibc of this or a later minor version of 2, and libgcc.
    Glibc {
        /// The minor version; 0: none is asked for.
        minor: u32,
    },
    /// It needs another loader, such as musl's.
    Other,
}

/// Type of a program header that names the loader (ELF-64 object file format, 1.5).
const PT_INTERP: u64 = 3;

impl Linkage {
    /// Of an executable; None: it is none of Linux.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let loader = Elf::new(bytes)?.loader()?;
        let is_glibc = loader.windows(8).any(|part| part == b"ld-linux");
        Some(if loader.is_empty() {
            Self::Static
        } else if is_glibc {
            Self::Glibc {
                minor: glibc_minor(bytes),
            }
        } else {
            Self::Other
        })
    }
}

/// The latest version among those that symbols are asked for by.
fn glibc_minor(bytes: &[u8]) -> u32 {
    const PREFIX: &[u8] = b"GLIBC_2.";
    let versions = bytes.windows(PREFIX.len()).enumerate();
    let versions = versions.filter(|(_, part)| *part == PREFIX);
    let minor = versions.map(|(at, _)| {
        let digits = bytes[at + PREFIX.len()..].iter().take(4);
        let digits = digits.take_while(|byte| byte.is_ascii_digit());
        digits.fold(0, |number, digit| number * 10 + u32::from(digit - b'0'))
    });
    minor.max().unwrap_or(0)
}

/// The little of an ELF file that is asked for.
struct Elf<'b> {
    bytes: &'b [u8],
    is_64: bool,
    is_little: bool,
}

impl<'b> Elf<'b> {
    fn new(bytes: &'b [u8]) -> Option<Self> {
        let elf = Self {
            bytes,
            is_64: *bytes.get(4)? == 2,
            is_little: *bytes.get(5)? == 1,
        };
        bytes.starts_with(b"\x7fELF").then_some(elf)
    }

    /// The path of the loader; empty: none is asked for. None: the file is damaged.
    fn loader(&self) -> Option<&'b [u8]> {
        // offset, size and number of program headers; then, in one, offset and size of its segment
        let (headers, entry, count, at, size) = if self.is_64 {
            ((32, 8), 54, 56, (8, 8), (32, 8))
        } else {
            ((28, 4), 42, 44, (4, 4), (16, 4))
        };
        let (first, entry, count) = (
            self.number(headers)?,
            self.number((entry, 2))?,
            self.number((count, 2))?,
        );
        for index in 0..count {
            let header = first.checked_add(index * entry)?;
            if self.number((header, 4))? == PT_INTERP {
                let of = |(offset, width)| self.number((header.checked_add(offset)?, width));
                let (at, size) = (index_of(of(at)?)?, index_of(of(size)?)?);
                return self.bytes.get(at..at.checked_add(size)?);
            }
        }
        Some(&[])
    }

    /// The number of so many bytes at an offset.
    fn number(&self, (at, width): (u64, usize)) -> Option<u64> {
        let at = index_of(at)?;
        let bytes = self.bytes.get(at..at.checked_add(width)?)?;
        let add = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        Some(if self.is_little {
            bytes.iter().rev().fold(0, add)
        } else {
            bytes.iter().fold(0, add)
        })
    }
}

fn index_of(number: u64) -> Option<usize> {
    usize::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header, one program header of `kind`, and the loader behind it.
    fn file(kind: u8, loader: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0; 64 + 56];
        bytes[..6].copy_from_slice(b"\x7fELF\x02\x01");
        (bytes[32], bytes[54], bytes[56]) = (64, 56, 1);
        (bytes[64], bytes[72]) = (kind, 120);
        bytes[96] = u8::try_from(loader.len()).expect("short");
        bytes.extend_from_slice(loader);
        bytes
    }

    #[test]
    fn linkage_is_told_by_the_loader() {
        let mut glibc = file(3, b"/lib64/ld-linux-x86-64.so.2\0");
        glibc.extend_from_slice(b"\0GLIBC_2.2.5\0GLIBC_2.34\0GLIBC_2.9\0");
        assert_eq!(Linkage::of(&glibc), Some(Linkage::Glibc { minor: 34 }));
        let musl = file(3, b"/lib/ld-musl-x86_64.so.1\0");
        assert_eq!(Linkage::of(&musl), Some(Linkage::Other));
        assert_eq!(Linkage::of(&file(1, b"")), Some(Linkage::Static));
        assert_eq!(Linkage::of(b"MZ\x90\0\x03\0"), None);
        for length in 0..glibc.len().min(130) {
            // a damaged file is none, and no reason to panic
            let _ = Linkage::of(&glibc[..length]);
        }
    }
}
