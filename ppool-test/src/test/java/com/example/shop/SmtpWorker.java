package com.example.shop;

/** What the tests of this application crash. */
class SmtpWorker {

    String send(String text) {
        return "sent " + text;
    }
}
