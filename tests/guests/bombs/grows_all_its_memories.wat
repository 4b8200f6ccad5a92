;; Attacks a limit for each memory: it has as many as it may, and grows them in turn.
;; Together they must not get more than a call may use.
(memory $second 1)
(memory $third 1)
(memory $fourth 1)
(func $describe (export "marketplace:category/validator@1.0.0#describe") (result i32)
  (local $page i32)
  (loop $grow
    (local.set $page (memory.grow $second (i32.const 1)))
    (if (i32.eq (local.get $page) (i32.const -1)) (then (unreachable)))
    (memory.fill $second (i32.mul (local.get $page) (i32.const 65536)) (i32.const 1) (i32.const 65536))
    (local.set $page (memory.grow $third (i32.const 1)))
    (if (i32.eq (local.get $page) (i32.const -1)) (then (unreachable)))
    (memory.fill $third (i32.mul (local.get $page) (i32.const 65536)) (i32.const 1) (i32.const 65536))
    (local.set $page (memory.grow $fourth (i32.const 1)))
    (if (i32.eq (local.get $page) (i32.const -1)) (then (unreachable)))
    (memory.fill $fourth (i32.mul (local.get $page) (i32.const 65536)) (i32.const 1) (i32.const 65536))
    (br $grow))
  (unreachable))
