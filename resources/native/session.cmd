@echo off
rem What runs in a native terminal on Windows: ssh, and after it the reason for its end (see session.sh). cmd reads a
rem script again for each command; in one block it is read at once, and may be taken away meanwhile.
setlocal DisableDelayedExpansion
(
  cd /d "%SystemRoot%"
  chcp 65001 >nul
  "%SystemRoot%\System32\OpenSSH\ssh.exe" -F "%~dp0config" sallyport
  if not errorlevel 255 exit
  ping -n 2 127.0.0.1 >nul
  echo(
  if exist "%~dp0reason" (type "%~dp0reason") else (echo The connection was lost, or could not be made. Connect again in Sallyport.)
  echo Press any key to close.
  pause >nul
  exit
)
