//! Tests of the whole command and of what training makes, in one program: linking it takes longer than most of them.

mod command;
mod demo_model;
mod files;
mod json;
mod manners;
mod output_stream;
mod real_sessions;
