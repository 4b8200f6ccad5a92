;; Attacks the network: it wants a socket.
;; It must not load, and be told which import is not given.
(import "wasi:sockets/tcp-create-socket@0.2.0" "create-tcp-socket" (func $wanted (result i32)))
(func $describe (export "marketplace:category/validator@1.0.0#describe") (result i32)
  (drop (call $wanted))
  (i32.const 64))
