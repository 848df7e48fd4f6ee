package com.example.durable;

record Mail(String to, String text) {}
