package com.example.orders;

/** The payload of a payment. */
record Payment(long order, long cents) {}
