package com.example.orders;

/** Pages of payments, with a sum for each. */
record BankStatement(int pages, long cents) {}
