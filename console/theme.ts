/** What Mantine's parts take for granted here. Colours and sizes are in theme.css. */
import { createTheme, Drawer, Modal, Tooltip } from '@mantine/core'

// Locking the scroll would put a style into the page, which is not let in (SEC W-4).
const LAID_OVER = { lockScroll: false, transitionProps: { duration: 120 } }

export const theme = createTheme({
  primaryColor: 'teal',
  defaultRadius: 'md',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Modal: Modal.extend({
      defaultProps: { ...LAID_OVER, centered: true, closeButtonProps: { 'aria-label': 'Close' } },
    }),
    Drawer: Drawer.extend({
      defaultProps: {
        ...LAID_OVER,
        position: 'right',
        size: 'lg',
        closeButtonProps: { 'aria-label': 'Close' },
      },
    }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 200, withArrow: true } }),
  },
})
