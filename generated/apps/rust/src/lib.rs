//! A generated network behind a safe type.
//!
//! ```sh
//! export MOBILITH=/path/to/mobilith MOBILITH_OPTIONS="--weights my_model.keras" # for build.rs, which generates the library
//! cargo test
//! cargo run --release -- photo.ppm # of the network's own size: convert photo.jpg -resize '224x224!' photo.ppm
//! ```

mod ffi;

use std::{error, ffi::CStr, fmt, mem::{size_of, size_of_val}, ptr::NonNull};

/// A session of the network `my_net`. The weights are shared, constant data: have one for each thread.
///
/// It may move to another thread, but belongs to one at a time:
/// ```
/// fn moves<T: Send>() {}
/// moves::<my_net::Network>();
/// ```
/// ```compile_fail
/// fn shared<T: Sync>() {}
/// shared::<my_net::Network>();
/// ```
pub struct Network {
    session: NonNull<ffi::Session>,
    info: &'static ffi::Info,
}

// SAFETY: the runtime ties a session to no thread; it asks only that no two use it at once, which `&mut self` sees to.
unsafe impl Send for Network {}

/// What the runtime said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Error(i32);

impl Network {
    /// `threads`: 1 to 64; the calling thread is one of them.
    pub fn new(threads: i32) -> Result<Self, Error> {
        let mut session = std::ptr::null_mut();
        // SAFETY: `my_net` is the generated library's constant; options and session live through the calls.
        let (info, status) = unsafe {
            let mut options = std::mem::MaybeUninit::<ffi::Options>::zeroed();
            ffi::mobilith_options_init_2(options.as_mut_ptr(), size_of::<ffi::Options>());
            let mut options = options.assume_init();
            options.threads = threads;
            let info = ffi::mobilith_model_describe(&raw const ffi::my_net).as_ref();
            (info, ffi::mobilith_session_create_2(&raw const ffi::my_net, &options, &mut session))
        };
        match (info, NonNull::new(session)) {
            (Some(info), Some(session)) => Ok(Network { session, info }),
            _ => Err(Error(status)),
        }
    }

    /// Height and width of the input.
    pub fn input_size(&self) -> (usize, usize) {
        (self.info.input_height as usize, self.info.input_width as usize)
    }

    pub fn classes(&self) -> usize {
        self.info.classes as usize
    }

    /// `input`: (y, x, RGB), each x / 127.5 - 1. `output`: one value for each class. Allocates nothing.
    pub fn run(&mut self, input: &[f32], output: &mut [f32]) -> Result<(), Error> {
        // SAFETY: the runtime compares both sizes with what the network needs before it reads or writes.
        let status = unsafe {
            ffi::mobilith_run(
                self.session.as_ptr(),
                input.as_ptr().cast(),
                size_of_val(input),
                output.as_mut_ptr().cast(),
                size_of_val(output),
            )
        };
        if status == 0 {
            Ok(())
        } else {
            Err(Error(status))
        }
    }

    /// The network's input from bytes, (y, x, RGB).
    pub fn input_from_rgb(rgb: &[u8]) -> Vec<f32> {
        rgb.iter().map(|&byte| f32::from(byte) / 127.5 - 1.0).collect()
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        // SAFETY: made by mobilith_session_create, and dropped once.
        unsafe { ffi::mobilith_session_destroy(self.session.as_ptr()) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SAFETY: never null, a string constant for every number.
        let message = unsafe { CStr::from_ptr(ffi::mobilith_status_message(self.0)) };
        out.write_str(&message.to_string_lossy())
    }
}

impl error::Error for Error {}
