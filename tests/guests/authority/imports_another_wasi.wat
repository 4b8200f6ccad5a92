;; Attacks the list of what is given: an interface that is on it, of another WASI.
;; It must not load, and be told which import is not given.
(import "wasi:clocks/monotonic-clock@0.3.0" "now" (func $wanted (result i64)))
(func $describe (export "marketplace:category/validator@1.0.0#describe") (result i32)
  (drop (call $wanted))
  (i32.const 64))
