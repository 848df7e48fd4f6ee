package com.example.durable;

// tag::mail[]
record Mail(String to, String text) {}
// end::mail[]
