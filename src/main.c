#include "base/token.h"
#include "cli/command.h"

int main(int argc, char **argv)
{
	token_setup();
	return command_main(argc, argv);
}
