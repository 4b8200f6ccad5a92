;; Attacks the time of host calls: it waits for an instant that never comes, again and again.
;; No wait may take time, and the call must end as a time-out.
(import "wasi:clocks/monotonic-clock@0.2.0" "subscribe-duration" (func $in (param i64) (result i32)))
(import "wasi:io/poll@0.2.0" "[method]pollable.block" (func $block (param i32)))
(import "wasi:io/poll@0.2.0" "[resource-drop]pollable" (func $drop (param i32)))
(func $describe (export "marketplace:category/validator@1.0.0#describe") (result i32)
  (local $instant i32)
  (loop $for-ever
    (local.set $instant (call $in (i64.const -1)))
    (call $block (local.get $instant))
    (call $drop (local.get $instant))
    (br $for-ever))
  (unreachable))
