"use client";
import { useEffect, useState } from "react";
import { order } from "../shop.js";

export function Client() {
  const [text, setText] = useState("");
  useEffect(() => {
    order("/shop.safetensors").then(setText);
  }, []);
  return <output>{text}</output>;
}
