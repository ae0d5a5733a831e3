/*
 * What a text from a person asks for: the words carriers and laws know (STOP and its like), alone in the text, in any case,
 * with blanks and signs round them. Pure.
 */
#pragma once

enum sms_word { SMS_NO_WORD, SMS_STOP, SMS_START, SMS_HELP };

enum sms_word sms_word(const char *text);
