// The ledger of tokens in Chromium, in two tabs.
import { withPage } from "./harness.mjs";
import { ledgerTests } from "./ledger_tests.mjs";

ledgerTests("Chromium", withPage);
