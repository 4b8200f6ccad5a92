;; Attacks the time after a call: the answer is there, and cleaning up after it never ends.
;; The call must end as a time-out, not as the answer.
(func $cleans-up (export "cabi_post_marketplace:category/validator@1.0.0#describe") (param i32)
  (loop $for-ever (br $for-ever)))
