package com.example.orders;

/** An order. */
record Order(long id, String mail, long cents) {}
