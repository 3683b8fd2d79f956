// What only pages use, whose types name elements.
import { capture } from "reshelf/capture";
import { followConsent, googleConsent } from "reshelf/consent";
import { defineList } from "reshelf/element";
import { settle } from "reshelf/hydrate";
import { listen } from "reshelf/listen";
import { useReranked } from "reshelf/react";
import { titles } from "./everywhere.js";

export const page = [capture, defineList, settle, followConsent, googleConsent, listen, useReranked, titles];
