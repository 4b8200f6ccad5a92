;; Attacks the network: it wants to send a request.
;; It must not load, and be told which import is not given.
(import "wasi:http/outgoing-handler@0.2.0" "handle" (func $wanted (result i32)))
(func $describe (export "marketplace:category/validator@1.0.0#describe") (result i32)
  (drop (call $wanted))
  (i32.const 64))
