;; Attacks the time before a call: the instance is never ready, since its start function loops.
;; Every call must end as a time-out: instantiating counts as a part of it.
(func $start (loop $for-ever (br $for-ever)))
(start $start)
