package com.example.durable;

/** An order. */
record Order(String id, String mail) {}
