//! Threads that panic. Binaries end then and there; inside another program, whoever waits for the
//! thread has to be told.

use super::exit::{Exit, Failure};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Does a thread's work, and tells `whom` if it panics.
pub fn told(whom: impl FnOnce(Failure), work: impl FnOnce()) {
    // what the work has touched is touched by nobody afterwards, or knows of panics itself
    if let Err(panic) = catch_unwind(AssertUnwindSafe(work)) {
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("?").to_owned();
        whom(Failure {
            exit: Exit::Unfinished,
            message: format!("the thread `{name}` panicked: {}", text(panic.as_ref())),
        });
    }
}

/// What a panic said.
pub fn text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("for a reason that is no text").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told() {
        let (sender, told_of) = std::sync::mpsc::channel();
        let thread = std::thread::Builder::new().name("in-broker".to_owned());
        let work = move || {
            told(
                |failure| sender.send(failure).expect("it is waited for"),
                || panic!("no {} left", "room"),
            );
        };
        let thread = thread.spawn(work).expect("a thread can be started");
        thread.join().expect("it ends in good order");
        let failure = told_of.recv().expect("it was told");
        assert_eq!(failure.exit, Exit::Unfinished);
        let message = "the thread `in-broker` panicked: no room left";
        assert_eq!(failure.message, message);
        told(|failure| panic!("{}", failure.message), || {});
    }
}
