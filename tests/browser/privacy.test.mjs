// The ledger of tokens in Chromium, in two tabs.
import { withTabs } from "./harness.mjs";
import { ledgerTests } from "./ledger_tests.mjs";

ledgerTests("Chromium", withTabs);
