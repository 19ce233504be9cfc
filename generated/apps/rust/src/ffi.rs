//! What of mobilith.h the crate uses, by hand: no bindgen, no libclang.
use std::ffi::{c_char, c_void};

#[repr(C)]
pub struct Model {
    _opaque: [u8; 0],
}

#[repr(C)]
pub struct Session {
    _opaque: [u8; 0],
}

/// The first fields of mobilith_model_info; it is only ever read through a pointer.
#[repr(C)]
pub struct Info {
    pub name: *const c_char,
    pub network: *const c_char,
    pub cpu: *const c_char,
    pub alpha: f64,
    pub depth_multiplier: i32,
    pub input_height: i32,
    pub input_width: i32,
    pub input_channels: i32,
    pub classes: i32,
}

/// mobilith_options. `struct_bytes` tells the runtime how much of it there is.
#[repr(C)]
pub struct Options {
    pub threads: i32,
    pub memory: *mut c_void,
    pub memory_bytes: usize,
    pub parallel_for: Option<unsafe extern "C" fn()>,
    pub parallel_for_context: *mut c_void,
    pub profile: Option<unsafe extern "C" fn()>,
    pub profile_context: *mut c_void,
    pub weights_file: *const c_char,
    pub weights: *const c_void,
    pub weights_bytes: usize,
    pub struct_bytes: usize,
    pub large_pages: i32,
    pub reserved: i32,
}

extern "C" {
    pub static my_net: Model;
    pub fn mobilith_model_describe(model: *const Model) -> *const Info;
    pub fn mobilith_options_init_2(options: *mut Options, bytes: usize);
    pub fn mobilith_session_create_2(model: *const Model, options: *const Options, session: *mut *mut Session) -> i32;
    pub fn mobilith_run(session: *mut Session, input: *const c_void, input_bytes: usize, output: *mut c_void, output_bytes: usize) -> i32;
    pub fn mobilith_session_destroy(session: *mut Session);
    pub fn mobilith_status_message(status: i32) -> *const c_char;
}
