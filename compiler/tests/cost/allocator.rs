//! Counts what is allocated.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator, counting what each thread holds.
struct Counting;

thread_local! {
    static HELD: Cell<usize> = const { Cell::new(0) };
    static MOST: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: everything is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.get().wrapping_add(layout.size());
        HELD.set(held);
        MOST.set(MOST.get().max(held));
        // SAFETY: the caller keeps this method's own contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.set(HELD.get().wrapping_sub(layout.size()));
        // SAFETY: the caller keeps this method's own contract.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// What `work` returns, how many bytes that holds on the heap, and how many were held meanwhile.
pub fn measured<T>(work: impl FnOnce() -> T) -> (T, u64, u64) {
    let before = HELD.get();
    MOST.set(before);
    let made = work();
    let bytes = |count: usize| u64::try_from(count - before).expect("64 bits");
    let (held, most) = (bytes(HELD.get()), bytes(MOST.get()));
    (made, held, most)
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;
