package com.example.durable;

/** A payment. */
record Payment(String id, long cents) {}
