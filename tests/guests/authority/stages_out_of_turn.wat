;; Attacks an item that is not put together yet: `inspect` writes a file. The call must end as its mistake.
(import "marketplace:category/staging@1.0.0" "write" (func $write (param i32 i32 i32 i32 i32)))
(func $inspect (export "marketplace:category/installer@1.0.0#inspect")
  (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (call $write (i32.const 16) (i32.const 6) (i32.const 0) (i32.const 0) (i32.const 256))
  (i32.const 128))
