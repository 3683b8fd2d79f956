// What a worker says to its page: an answer; one behind which the caller's functions are asked on; that it could not answer; that it
// asks a function of the caller's.
export const ANSWER = 0;
export const ANSWER_AND_ASKS = 1;
export const FAILED = 2;
export const ASKS = 3;
