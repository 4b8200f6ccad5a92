;; Attacks the host's log and whoever reads it: terminal escapes and line feeds, 100 KB at a time, without end.
;; A bounded part must be logged, escaped, and the call end as a time-out.
(import "marketplace:category/log@1.0.0" "log" (func $log (param i32 i32 i32)))
(data (i32.const 256) "\1b[2J\e2\80\aeflood\n")
(func $describe (export "marketplace:category/validator@1.0.0#describe") (result i32)
  (memory.fill (i32.const 269) (i32.const 0x0a) (i32.const 100000))
  (loop $for-ever
    (call $log (i32.const 2) (i32.const 256) (i32.const 100000))
    (br $for-ever))
  (unreachable))
