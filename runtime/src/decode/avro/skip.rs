//! Skipping values: only what leads to their end is looked at.

use super::types::{Type, is_nullable};
use super::{MAX_DEPTH, Reader};
use crate::error::Reason;

/// What an array or a map announces in front of some of its items.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    /// How many items there are, at least one.
    pub(super) count: u64,
    /// How many bytes they take, if that is told; no more than there are.
    pub(super) size: Option<usize>,
}

impl Reader<'_> {
    /// Skips an `int` or `long`, of any logical type.
    #[inline]
    pub fn skip_long(&mut self) -> Result<(), Reason> {
        self.long().map(drop)
    }

    /// Skips `bytes` or a `string`, of any logical type.
    #[inline]
    pub fn skip_bytes_or_string(&mut self) -> Result<(), Reason> {
        self.bytes().map(drop)
    }

    /// Skips `size` bytes: those of a `fixed`, `boolean`, `float` or `double`.
    #[inline]
    pub fn skip_fixed(&mut self, size: usize) -> Result<(), Reason> {
        self.fixed(size).map(drop)
    }

    /// Skips a value of any type.
    ///
    /// # Errors
    /// Also [`Reason::Depth`].
    #[inline(never)]
    pub fn skip(&mut self, value: &Type) -> Result<(), Reason> {
        self.skip_within(value, 0)
    }

    /// Skips a value that has `depth` open ones around it.
    fn skip_within(&mut self, value: &Type, depth: usize) -> Result<(), Reason> {
        match *value {
            Type::Null => Ok(()),
            Type::Boolean => self.skip_fixed(1),
            Type::Float => self.skip_fixed(4),
            Type::Double => self.skip_fixed(8),
            Type::FixedUuid => self.skip_fixed(16),
            Type::Fixed(size) | Type::FixedDecimal { size, .. } => self.skip_fixed(size),
            Type::Bytes | Type::String | Type::Decimal { .. } => self.skip_bytes_or_string(),
            Type::Int
            | Type::Long
            | Type::Enum(_)
            | Type::Date
            | Type::TimeMillis
            | Type::TimeMicros
            | Type::TimestampMillis
            | Type::TimestampMicros
            | Type::TimestampNanos => self.skip_long(),
            Type::Array(item) => self.skip_array(item, opened(depth)?),
            Type::Map(value) => self.skip_map(value, opened(depth)?),
            Type::Union(branches) => {
                let (_, branch) = self.branch_of(branches)?;
                let tagged = !is_nullable(branches) && !matches!(branch, Type::Null);
                self.skip_within(branch, if tagged { opened(depth)? } else { depth })
            }
            Type::Record(fields) => {
                let depth = opened(depth)?;
                fields
                    .iter()
                    .try_for_each(|(_, field)| self.skip_within(field, depth))
            }
            Type::Of(value) => self.skip_within(value, depth),
        }
    }

    fn skip_array(&mut self, item: &Type, depth: usize) -> Result<(), Reason> {
        while let Some(Block { count, size }) = self.block()? {
            let size = size.or_else(|| {
                // more than there is where the product is too large
                let width = item.width()? as u64;
                Some(usize::try_from(count.saturating_mul(width)).unwrap_or(usize::MAX))
            });
            match size {
                Some(size) => self.skip_fixed(size)?,
                None => self.skip_items(item, count, depth)?,
            }
        }
        Ok(())
    }

    /// Skips `count` items, one at least. A type takes no bytes for any of its values or some for
    /// each of them.
    fn skip_items(&mut self, item: &Type, count: u64, depth: usize) -> Result<(), Reason> {
        let left = self.left();
        self.skip_within(item, depth)?;
        if self.left() == left {
            return Ok(());
        }
        self.enough(count - 1)?;
        (1..count).try_for_each(|_| self.skip_within(item, depth))
    }

    fn skip_map(&mut self, value: &Type, depth: usize) -> Result<(), Reason> {
        while let Some(Block { count, size }) = self.block()? {
            if let Some(size) = size {
                self.skip_fixed(size)?;
                continue;
            }
            self.enough(count)?;
            for _ in 0..count {
                self.skip_bytes_or_string()?;
                self.skip_within(value, depth)?;
            }
        }
        Ok(())
    }

    /// What the next items of an array or a map are announced with; None behind the last ones.
    pub(super) fn block(&mut self) -> Result<Option<Block>, Reason> {
        let count = self.long()?;
        let size = if count < 0 {
            Some(self.length()?)
        } else {
            None
        };
        Ok((count != 0).then_some(Block {
            count: count.unsigned_abs(),
            size,
        }))
    }

    /// `count` items that take a byte at least must not be more than there are bytes. That would
    /// be found out without it, but not before the last byte was read.
    pub(super) fn enough(&self, count: u64) -> Result<(), Reason> {
        if count <= self.left() as u64 {
            Ok(())
        } else {
            Err(Reason::Avro)
        }
    }

    /// The branch of a union, and its name.
    pub(super) fn branch_of<'t>(
        &mut self,
        branches: &'t [(&'static str, Type)],
    ) -> Result<(&'static str, &'t Type), Reason> {
        self.whole(|reader| {
            let index = usize::try_from(reader.long()?).ok();
            let branch = index.and_then(|index| branches.get(index));
            branch
                .map(|(name, branch)| (*name, branch))
                .ok_or(Reason::Avro)
        })
    }
}

/// The depth within a value that has `depth` open ones around it.
pub(super) fn opened(depth: usize) -> Result<usize, Reason> {
    if depth < MAX_DEPTH {
        Ok(depth + 1)
    } else {
        Err(Reason::Depth)
    }
}
