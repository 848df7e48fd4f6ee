package com.example.orders;

/** The payload of a mail. */
record Mail(String to, String text) {}
