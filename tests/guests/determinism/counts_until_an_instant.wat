;; Attacks the clock that stands still: it counts how often it can ask whether ten milliseconds have
;; gone by. That would be a clock after all, and a count that is another each time.
;; The refusal, with the count, must read the same in every call.
(import "wasi:clocks/monotonic-clock@0.2.0" "subscribe-duration" (func $in (param i64) (result i32)))
(import "wasi:io/poll@0.2.0" "[method]pollable.ready" (func $ready (param i32) (result i32)))
(import "wasi:io/poll@0.2.0" "[resource-drop]pollable" (func $drop (param i32)))
(data (i32.const 400) "guest.counted")
(data (i32.const 300) (i32 400 13  0 0  512 8))
(func $validate (export "marketplace:category/validator@1.0.0#validate") (param i32 i32) (result i32)
  (local $instant i32) (local $count i32)
  (local.set $instant (call $in (i64.const 10_000_000)))
  (loop $until
    (local.set $count (i32.add (local.get $count) (i32.const 1)))
    (br_if $until (i32.eqz (call $ready (local.get $instant)))))
  (call $drop (local.get $instant))
  (call $spell (local.get $count) (i32.const 512))
  (i32.store (i32.const 256) (i32.const 1))
  (i32.store (i32.const 260) (i32.const 300))
  (i32.store (i32.const 264) (i32.const 1))
  (i32.const 256))
