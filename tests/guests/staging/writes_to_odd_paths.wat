;; Attacks what is outside of the item, and systems that read a path in their own way. None of
;; these may be staged: the guest refuses with the number of those that were.
(import "marketplace:category/staging@1.0.0" "write" (func $write (param i32 i32 i32 i32 i32)))
(data (i32.const 8192)
  "../x|/etc/x|a/../../x|C:\\x|a\\b|\\\\host\\x|a//b|a/|./a|CON|aux.txt|a.|a |a:b|a\00b|a\e2\80\aeb|e\cc\81|a\0ab||")
(data (i32.const 400) "guest.staged")
(data (i32.const 300) (i32 400 12  0 0  512 8))
(func $install (export "marketplace:category/installer@1.0.0#install")
  (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (local $at i32) (local $begin i32) (local $staged i32)
  (local.set $at (i32.const 8192))
  (local.set $begin (i32.const 8192))
  (block $end
    (loop $next
      (br_if $end (i32.eqz (i32.load16_u (local.get $begin))))
      (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x7c))
        (then
          (call $write (local.get $begin) (i32.sub (local.get $at) (local.get $begin))
            (i32.const 0) (i32.const 0) (i32.const 256))
          (if (i32.eqz (i32.load8_u (i32.const 256)))
            (then (local.set $staged (i32.add (local.get $staged) (i32.const 1)))))
          (local.set $begin (i32.add (local.get $at) (i32.const 1)))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $next)))
  (call $spell (local.get $staged) (i32.const 512))
  (i32.store (i32.const 256) (i32.const 1))
  (i32.store (i32.const 260) (i32.const 300))
  (i32.store (i32.const 264) (i32.const 1))
  (i32.const 256))
