;; Imports WASI as runtimes of languages do, at several versions of 0.2, and answers one number
;; for each question about what is behind it.
(component
  (import "wasi:clocks/wall-clock@0.2.12" (instance $wall
    (type $time (record (field "seconds" u64) (field "nanoseconds" u32)))
    (export "datetime" (type $datetime (eq $time)))
    (export "now" (func (result $datetime)))))
  (import "wasi:clocks/monotonic-clock@0.2.9" (instance $monotonic
    (export "now" (func (result u64)))))
  (import "wasi:random/random@0.2.12" (instance $random
    (export "get-random-u64" (func (result u64)))))
  (import "wasi:random/insecure@0.2.0" (instance $insecure
    (export "get-insecure-random-u64" (func (result u64)))))
  (import "wasi:random/insecure-seed@0.2.0" (instance $seed
    (export "insecure-seed" (func (result (tuple u64 u64))))))
  (import "wasi:cli/environment@0.2.9" (instance $environment
    (export "get-environment" (func (result (list (tuple string string)))))
    (export "get-arguments" (func (result (list string))))
    (export "initial-cwd" (func (result (option string))))))
  (import "wasi:filesystem/types@0.2.12" (instance $files
    (export "descriptor" (type (sub resource)))))
  (alias export $files "descriptor" (type $descriptor))
  (import "wasi:filesystem/preopens@0.2.12" (instance $preopens
    (alias outer 1 $descriptor (type $outer))
    (export "descriptor" (type $folder (eq $outer)))
    (export "get-directories" (func (result (list (tuple (own $folder) string)))))))
  (import "wasi:io/error@0.2.9" (instance $errors
    (export "error" (type (sub resource)))))
  (alias export $errors "error" (type $error))
  (import "wasi:io/streams@0.2.9" (instance $streams
    (alias outer 1 $error (type $outer))
    (export "error" (type $cause (eq $outer)))
    (type $why (variant (case "last-operation-failed" (own $cause)) (case "closed")))
    (export "stream-error" (type $stream-error (eq $why)))
    (export "input-stream" (type $stream (sub resource)))
    (export "[method]input-stream.read"
      (func (param "self" (borrow $stream)) (param "len" u64)
        (result (result (list u8) (error $stream-error)))))))
  (alias export $streams "input-stream" (type $input))
  (import "wasi:cli/stdin@0.2.12" (instance $stdin
    (alias outer 1 $input (type $outer))
    (export "input-stream" (type $stream (eq $outer)))
    (export "get-stdin" (func (result (own $stream))))))

  ;; What the host allocates here is never freed: a page is enough for all of it.
  (core module $memory
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 1024))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (global.set $next (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
      (global.get $next)
      (global.set $next (i32.add (global.get $next) (local.get 3)))))
  (core instance $memory (instantiate $memory))
  (alias core export $memory "memory" (core memory $bytes))
  (alias core export $memory "realloc" (core func $realloc))

  (core func $now (canon lower (func $wall "now") (memory $bytes)))
  (core func $instant (canon lower (func $monotonic "now")))
  (core func $random-u64 (canon lower (func $random "get-random-u64")))
  (core func $insecure-u64 (canon lower (func $insecure "get-insecure-random-u64")))
  (core func $insecure-seed (canon lower (func $seed "insecure-seed") (memory $bytes)))
  (core func $variables
    (canon lower (func $environment "get-environment") (memory $bytes) (realloc $realloc)))
  (core func $arguments
    (canon lower (func $environment "get-arguments") (memory $bytes) (realloc $realloc)))
  (core func $directory
    (canon lower (func $environment "initial-cwd") (memory $bytes) (realloc $realloc)))
  (core func $folders
    (canon lower (func $preopens "get-directories") (memory $bytes) (realloc $realloc)))
  (core func $get-stdin (canon lower (func $stdin "get-stdin")))
  (core func $read
    (canon lower (func $streams "[method]input-stream.read") (memory $bytes) (realloc $realloc)))

  (core module $main
    (import "wasi" "memory" (memory 1))
    (import "wasi" "now" (func $now (param i32)))
    (import "wasi" "insecure-seed" (func $insecure-seed (param i32)))
    (import "wasi" "variables" (func $variables (param i32)))
    (import "wasi" "arguments" (func $arguments (param i32)))
    (import "wasi" "directory" (func $directory (param i32)))
    (import "wasi" "folders" (func $folders (param i32)))
    (import "wasi" "get-stdin" (func $get-stdin (result i32)))
    (import "wasi" "read" (func $read (param i32 i64 i32)))
    (func (export "seconds") (result i64)
      (call $now (i32.const 8)) (i64.load (i32.const 8)))
    (func (export "seed") (result i64)
      (call $insecure-seed (i32.const 8)) (i64.or (i64.load (i32.const 8)) (i64.load (i32.const 16))))
    ;; Of a list, its length.
    (func (export "variables") (result i64)
      (call $variables (i32.const 8)) (i64.load32_u (i32.const 12)))
    (func (export "arguments") (result i64)
      (call $arguments (i32.const 8)) (i64.load32_u (i32.const 12)))
    (func (export "folders") (result i64)
      (call $folders (i32.const 8)) (i64.load32_u (i32.const 12)))
    ;; Of an option, whether it is there.
    (func (export "directory") (result i64)
      (call $directory (i32.const 8)) (i64.load8_u (i32.const 8)))
    ;; An error, and `closed` among them.
    (func (export "input-is-closed") (result i64)
      (call $read (call $get-stdin) (i64.const 1) (i32.const 8))
      (i64.and (i64.load8_u (i32.const 8)) (i64.load8_u (i32.const 12)))))
  (core instance $main (instantiate $main (with "wasi" (instance
    (export "memory" (memory $bytes))
    (export "now" (func $now))
    (export "insecure-seed" (func $insecure-seed))
    (export "variables" (func $variables))
    (export "arguments" (func $arguments))
    (export "directory" (func $directory))
    (export "folders" (func $folders))
    (export "get-stdin" (func $get-stdin))
    (export "read" (func $read))))))

  (func (export "seconds") (result u64) (canon lift (core func $main "seconds")))
  (func (export "instant") (result u64) (canon lift (core func $instant)))
  (func (export "random") (result u64) (canon lift (core func $random-u64)))
  (func (export "insecure") (result u64) (canon lift (core func $insecure-u64)))
  (func (export "seed") (result u64) (canon lift (core func $main "seed")))
  (func (export "variables") (result u64) (canon lift (core func $main "variables")))
  (func (export "arguments") (result u64) (canon lift (core func $main "arguments")))
  (func (export "folders") (result u64) (canon lift (core func $main "folders")))
  (func (export "directory") (result u64) (canon lift (core func $main "directory")))
  (func (export "input-is-closed") (result u64) (canon lift (core func $main "input-is-closed"))))
