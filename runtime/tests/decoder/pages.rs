//! Memory between two pages that cannot be read.

use std::ptr;

/// Pages in the middle that can be read and written.
const PAGES: usize = 40;

/// Memory that ends, and begins, where a page does that must not be touched.
#[derive(Debug)]
pub struct Guarded {
    map: *mut u8,
    page: usize,
}

impl Guarded {
    pub fn new() -> Self {
        // SAFETY: a question.
        let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
        let page = usize::try_from(page).expect("there is a page size");
        let (flags, len) = (libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, (PAGES + 2) * page);
        // SAFETY: a new mapping at an address of the system's choice.
        let map = unsafe { libc::mmap(ptr::null_mut(), len, libc::PROT_NONE, flags, -1, 0) };
        assert!(map != libc::MAP_FAILED, "there is memory");
        let map: *mut u8 = map.cast();
        let rights = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: the pages are part of the mapping, which nothing else knows of.
        let done = unsafe { libc::mprotect(map.add(page).cast(), PAGES * page, rights) };
        assert_eq!(done, 0, "rights can be given");
        Self { map, page }
    }

    /// How many bytes can be used.
    pub fn len(&self) -> usize {
        PAGES * self.page
    }

    /// All of them.
    pub fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: the pages in the middle are readable, writable and zeroed by the system, and
        // borrowed as long as the mapping is.
        unsafe { std::slice::from_raw_parts_mut(self.map.add(self.page), self.len()) }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // SAFETY: the mapping is this value's own, and nothing borrows it any more.
        unsafe { libc::munmap(self.map.cast(), (PAGES + 2) * self.page) };
    }
}
