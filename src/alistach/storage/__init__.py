"""What outlives the process: the answers' file, the record, and the lock on the folder that holds both."""
