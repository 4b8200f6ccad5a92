;; Attacks the host's memory with what the host keeps for a guest: instants to wait for, never
;; given back. The call must end at the limit of handles.
(import "wasi:clocks/monotonic-clock@0.2.0" "subscribe-duration" (func $in (param i64) (result i32)))
(func $describe (export "marketplace:category/validator@1.0.0#describe") (result i32)
  (loop $for-ever
    (drop (call $in (i64.const -1)))
    (br $for-ever))
  (unreachable))
