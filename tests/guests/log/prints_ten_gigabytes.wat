;; The same through standard output: what is printed goes to the log, and must be bounded there too.
(import "wasi:cli/stdout@0.2.0" "get-stdout" (func $stdout (result i32)))
(import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-write-and-flush"
  (func $write (param i32 i32 i32 i32)))
(data (i32.const 256) "\1b[2J\e2\80\aeflood\n")
(func $describe (export "marketplace:category/validator@1.0.0#describe") (result i32)
  (local $out i32)
  (local.set $out (call $stdout))
  (loop $for-ever
    (call $write (local.get $out) (i32.const 256) (i32.const 4096) (i32.const 8192))
    (br $for-ever))
  (unreachable))
