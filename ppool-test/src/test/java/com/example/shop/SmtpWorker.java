package com.example.shop;

/** The worker that the tests of this application crash. */
class SmtpWorker {

    String send(String text) {
        return "sent " + text;
    }
}
