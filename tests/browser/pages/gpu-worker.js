// The same comparison in a dedicated module worker: answers its arguments with what it gives.
import { compare } from "/gpu.js";

self.onmessage = ({ data }) =>
  compare(...data).then(
    (result) => postMessage({ result }),
    (error) => postMessage({ error: `${error.code}: ${error.message}` }),
  );
