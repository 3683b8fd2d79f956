//! The examples run, and what they assert holds.

#[path = "../examples/inline_rows.rs"]
mod inline_rows;
#[path = "../examples/rerank.rs"]
mod rerank;

type Outcome = Result<(), Box<dyn std::error::Error>>;

#[test]
fn a_list_is_reranked_and_the_session_forgotten() -> Outcome {
    rerank::main()
}

#[test]
fn inline_rows_rank_as_the_table_does() -> Outcome {
    inline_rows::main()
}
