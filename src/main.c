#include "base/token.h"
#include "cli/command.h"

#include <sys/stat.h>

int main(int argc, char **argv)
{
	umask(077); /* the data folder holds telephone numbers and passwords */
	token_setup();
	return command_main(argc, argv);
}
